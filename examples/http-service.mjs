// Codes and scores of rows as an HTTP service, with nothing but Node.
//
//   node http-service.mjs 8080
//   curl -d '{ "rows": [[5.1, 3.5, 1.4]] }' http://127.0.0.1:8080/encode
//   curl -d '{ "rows": [[5.1, 3.5, 99]] }' http://127.0.0.1:8080/score
//
import { createServer } from "node:http";
import { fit, pca } from "unlabeled";
import { lowRank } from "unlabeled/data";

// A service would load a file: await load(await readFile("model.safetensors")).
const { x } = lowRank({ rows: 500, cols: 3, rank: 1, noise: 0.1, seed: 1 });
const model = await fit(pca({ latentDim: 1 }), x, { scale: "standard", seed: 1 });

const LARGEST_BODY = 1e6;

/** @param {import("node:http").IncomingMessage} request */
async function bodyOf(request) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) {
    text += piece;
    if (text.length > LARGEST_BODY) throw new RangeError(`want at most ${LARGEST_BODY} characters`);
  }
  return JSON.parse(text);
}

const server = createServer(async (request, response) => {
  /** @param {number} status @param {unknown} body */
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  };
  if (request.method !== "POST" || (request.url !== "/encode" && request.url !== "/score")) {
    return answer(404, { error: "POST { rows } to /encode or /score" });
  }
  try {
    const { rows } = await bodyOf(request);
    if (request.url === "/score") return answer(200, { scores: [...(await model.score(rows))] });
    const z = await model.encode(rows);
    const codes = Array.from({ length: z.rows }, (_, i) => [
      ...z.data.subarray(i * z.cols, (i + 1) * z.cols),
    ]);
    answer(200, { codes });
  } catch (error) {
    // Rows of another size, or with text or gaps in them: the message says where.
    const badRequest =
      error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
    answer(badRequest ? 400 : 500, { error: badRequest ? error.message : "internal error" });
  }
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}`);
});
process.on("SIGTERM", () => server.close());
