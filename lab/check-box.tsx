/**
 * @file A box to check, for what a picture shows.
 */
import type { Signal } from "@preact/signals";

export function CheckBox({ name, signal }: { readonly name: string; readonly signal: Signal<boolean> }) {
  return (
    <label>
      <input
        type="checkbox"
        checked={signal.value}
        onChange={({ currentTarget }) => {
          signal.value = currentTarget.checked;
        }}
      />{" "}
      {name}
    </label>
  );
}
