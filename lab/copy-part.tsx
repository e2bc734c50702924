/**
 * @file Words that repeat a run, to be copied.
 */
import { useState } from "preact/hooks";

export function CopyPart({ title, text }: { readonly title: string; readonly text: string }) {
  const [told, setTold] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setTold("copied"),
      () => setTold("the browser did not let it be copied: mark it and copy it by hand"),
    );
  return (
    <details>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled can be reached by keys. */}
      <pre tabIndex={0}>{text}</pre>
      <button type="button" onClick={copy}>
        Copy
      </button>{" "}
      <span role="status">{told}</span>
    </details>
  );
}
