/**
 * @file The graph as an ONNX model: protobuf messages of https://onnx.ai/onnx/api/classes.html, opset 18.
 *
 * `pbf` does the wire format; field numbers are those of onnx.proto.
 */
import { PbfWriter } from "pbf";
import { inFixedOrder, type Sharing } from "./fixed-order.js";
import { capturedBy, inOrder, insideOf, isSubgraph, subgraphsOf } from "./graph.js";
import {
  type Attribute,
  type DType,
  type NdArray,
  type Operation,
  type Subgraph,
  show,
  type Tensor,
} from "./tensor.js";

// Opset 18 is the first in which every reduction takes its axes as an input; older runtimes read no newer one.
const OPSET = 18;
const IR_VERSION = 8;
const DATA_TYPE: Record<DType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 };

/** Options of `emit`. */
export interface EmitOptions {
  /** Inputs in the order the model takes them. Default: all that the outputs depend on, in order of use. */
  inputs?: readonly Tensor[] | undefined;
  /** Free text kept in the model. */
  documentation?: string | undefined;
  /** Who will share the work: the bits do not depend on it. Default: left to whoever runs the model. */
  sharing?: Sharing | undefined;
  /** Name of a first output that is an empty sequence, for runtimes that give back what follows it in another way. */
  sequence?: string | undefined;
}

/**
 * An ONNX model that computes named outputs.
 * @throws RangeError if an output depends on an input that is not listed.
 */
export function emit(
  outputs: Readonly<Record<string, Tensor>>,
  { inputs, documentation, sharing, sequence }: EmitOptions = {},
): Uint8Array {
  const nodes = inOrder(Object.values(outputs));
  const used = nodes.filter((node) => node.op === "Input").map((node) => node.outputs[0]!);
  const taken = inputs ?? used;
  for (const t of used) {
    if (!taken.includes(t))
      throw new RangeError(`emit: the outputs depend on the unlisted input "${t.source.name}"`);
  }
  const graph = {
    inputs: taken,
    outputs: Object.entries(outputs),
    nodes: nodes.filter((n) => n.op !== "Input"),
    sequence,
  };
  const names = new Names(sharing);
  names.give(graph.outputs, graph.nodes);
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, "unlabeled");
  if (documentation) pbf.writeStringField(6, documentation);
  pbf.writeMessage(7, (g: GraphContent, p: PbfWriter) => writeGraph(g, p, names), graph);
  pbf.writeMessage(
    8,
    (version: number, p: PbfWriter) => {
      p.writeStringField(1, "");
      p.writeVarintField(2, version);
    },
    OPSET,
  );
  return pbf.finish();
}

/** One name for each tensor, in all nested graphs. */
class Names {
  private readonly names = new Map<Tensor, string>();
  private count = 0;
  readonly sharing: Sharing | undefined;

  constructor(sharing: Sharing | undefined) {
    this.sharing = sharing;
  }

  /** Names outputs of a graph after what it calls them, where they are computed in it and have no name yet. */
  give(outputs: GraphContent["outputs"], nodes: readonly Operation[]): void {
    const here = new Set(nodes);
    for (const [name, t] of outputs) {
      if (here.has(t.source) && t.source.op !== "Constant" && !this.names.has(t)) this.names.set(t, name);
    }
  }

  /** A name that no tensor has. */
  fresh(): string {
    return `output_${this.count++}`;
  }

  of(t: Tensor): string {
    let name = this.names.get(t);
    if (name === undefined) {
      name = t.source.op === "Input" ? t.source.name! : `${t.source.op.toLowerCase()}_${this.count++}`;
      this.names.set(t, name);
    }
    return name;
  }
}

interface GraphContent {
  inputs: readonly Tensor[];
  outputs: readonly (readonly [name: string, tensor: Tensor])[];
  /** Operations of this graph in order; constants among them become initializers. */
  nodes: readonly Operation[];
  /** An empty sequence before the outputs. */
  sequence?: string | undefined;
}

function writeGraph(content: GraphContent, pbf: PbfWriter, names: Names): void {
  const { inputs, outputs } = content;
  const { sharing } = names;
  const nodes = sharing ? content.nodes.flatMap((node) => inFixedOrder(node, sharing)) : content.nodes;
  const constants = nodes.filter((node) => node.op === "Constant");
  for (const node of nodes) {
    if (node.op !== "Constant") {
      pbf.writeMessage(1, (n: Operation, p: PbfWriter) => writeNode(n, p, names), node);
    }
  }
  for (const [name, tensor] of outputs) {
    // Inputs, constants, captured tensors and what is an output twice get this name by a copy.
    if (names.of(tensor) === name) continue;
    pbf.writeMessage(
      1,
      (t: Tensor, p: PbfWriter) => {
        p.writeStringField(1, names.of(t));
        p.writeStringField(2, name);
        p.writeStringField(4, "Identity");
      },
      tensor,
    );
  }
  if (content.sequence) pbf.writeMessage(1, writeEmptySequence, content.sequence);
  pbf.writeStringField(2, "graph");
  for (const node of constants) {
    pbf.writeMessage(
      5,
      (n: Operation, p: PbfWriter) => writeTensor(names.of(n.outputs[0]!), n.value!, p),
      node,
    );
  }
  for (const t of inputs) {
    pbf.writeMessage(11, (x: Tensor, p: PbfWriter) => writeValueInfo(x.source.name!, x, p), t);
  }
  if (content.sequence) pbf.writeMessage(12, writeSequenceInfo, content.sequence);
  for (const [name, t] of outputs) {
    pbf.writeMessage(12, (x: Tensor, p: PbfWriter) => writeValueInfo(name, x, p), t);
  }
}

function writeNode(node: Operation, pbf: PbfWriter, names: Names): void {
  // Inputs of a copy beyond the first are there for its gradient alone: `withGradient`.
  const inputs = node.op === "Identity" ? node.inputs.slice(0, 1) : node.inputs;
  for (const t of inputs) pbf.writeStringField(1, t ? names.of(t) : "");
  for (const t of node.outputs) pbf.writeStringField(2, names.of(t));
  pbf.writeStringField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    pbf.writeMessage(5, (v: Attribute, p: PbfWriter) => writeAttribute(name, v, p, names), value);
  }
}

function writeEmptySequence(name: string, pbf: PbfWriter): void {
  pbf.writeStringField(2, name);
  pbf.writeStringField(4, "SequenceEmpty");
}

/** Its type, a sequence of tensors of float32. */
function writeSequenceInfo(name: string, pbf: PbfWriter): void {
  const nested = (fields: readonly number[], p: PbfWriter): void => {
    const [field, ...inner] = fields;
    if (inner.length === 0) p.writeVarintField(field!, DATA_TYPE.float32);
    else p.writeMessage(field!, nested, inner);
  };
  pbf.writeStringField(1, name);
  // ValueInfo.type, Type.sequence_type, Sequence.elem_type, Type.tensor_type, Tensor.elem_type
  nested([2, 4, 1, 1, 1], pbf);
}

function writeAttribute(name: string, value: Attribute, pbf: PbfWriter, names: Names): void {
  pbf.writeStringField(1, name);
  const type = (kind: keyof typeof ATTRIBUTE_TYPE) => pbf.writeVarintField(20, ATTRIBUTE_TYPE[kind]);
  if (typeof value === "number") {
    pbf.writeVarintField(3, value);
    type("int");
  } else if (typeof value === "string") {
    pbf.writeStringField(4, value);
    type("string");
  } else if (isSubgraph(value)) {
    pbf.writeMessage(
      6,
      (body: Subgraph, p: PbfWriter) => writeGraph(bodyContent(body, names), p, names),
      value,
    );
    type("graph");
  } else if ("float" in value) {
    pbf.writeFloatField(2, value.float);
    type("float");
  } else {
    for (const n of value) pbf.writeVarintField(8, n);
    type("ints");
  }
}

function bodyContent(body: Subgraph, names: Names): GraphContent {
  const inside = insideOf(body);
  // Constants stand where they are used, so that the runtime can see them as constants there.
  const used = [
    ...body.outputs,
    ...inside.flatMap((n) => [...n.inputs, ...subgraphsOf(n).flatMap(capturedBy)]),
  ];
  const constants = new Set(used.flatMap((t) => (t?.source.op === "Constant" ? [t.source] : [])));
  const nodes = [...constants, ...inside];
  const outputs = body.outputs.map((t) => [names.fresh(), t] as const);
  names.give(outputs, nodes);
  return { inputs: body.inputs, outputs, nodes };
}

function writeTensor(name: string, array: NdArray, pbf: PbfWriter): void {
  for (const dim of array.shape) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, DATA_TYPE[array.dtype]);
  pbf.writeStringField(8, name);
  const { buffer, byteOffset, byteLength } = array.data;
  pbf.writeBytesField(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValueInfo(name: string, t: Tensor, pbf: PbfWriter): void {
  if (t.shape.some((dim) => typeof dim === "number" && !(Number.isSafeInteger(dim) && dim >= 0))) {
    throw new RangeError(`emit: "${name}" has the impossible shape ${show(t.shape)}`);
  }
  pbf.writeStringField(1, name);
  pbf.writeMessage(
    2,
    (tensor: Tensor, type: PbfWriter) => {
      type.writeMessage(
        1,
        (x: Tensor, tensorType: PbfWriter) => {
          tensorType.writeVarintField(1, DATA_TYPE[x.dtype]);
          tensorType.writeMessage(
            2,
            (shape: Tensor["shape"], p: PbfWriter) => {
              for (const dim of shape) {
                p.writeMessage(
                  1,
                  (d: number | string, q: PbfWriter) => {
                    if (typeof d === "string") q.writeStringField(2, d);
                    else q.writeVarintField(1, d);
                  },
                  dim,
                );
              }
            },
            x.shape,
          );
        },
        tensor,
      );
    },
    t,
  );
}
