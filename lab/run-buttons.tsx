/**
 * @file The buttons of a run, its numbers while it goes on, and what may be changed meanwhile.
 */
import { isHidden } from "./hidden.js";
import type { Stage } from "./protocol.js";
import { go, pause, restart, setLearningRate, setScalar, step } from "./runs.js";

export function RunButtons({
  stage,
  trained,
}: {
  readonly stage: Stage | undefined;
  readonly trained: boolean;
}) {
  const running = stage === "running";
  const over = stage !== "ready" && stage !== "paused" && !running;
  if (isHidden("run")) return null;
  return (
    <div class="tools">
      {running && trained ? (
        <button type="button" class="main" onClick={pause}>
          Pause
        </button>
      ) : (
        <button type="button" class="main" disabled={over || running} onClick={go}>
          Run
        </button>
      )}
      {trained && (
        <button type="button" disabled={over} onClick={step}>
          Step
        </button>
      )}
      <button type="button" disabled={stage === undefined} onClick={() => restart(false)}>
        Reset
      </button>
    </div>
  );
}

export interface OnTheWayProps {
  readonly learningRate: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** The learning rate and numbers of the loss: each counts from the next step on. */
export function OnTheWay({ learningRate, scalars }: OnTheWayProps) {
  const numbers: [name: string, value: number, set: (value: number) => void][] = [
    ["learning rate", learningRate, setLearningRate],
    ...Object.entries(scalars).map(([name, value]): [string, number, (value: number) => void] => [
      name,
      value,
      (next) => setScalar(name, next),
    ]),
  ];
  if (isHidden("changes")) return null;
  return (
    <fieldset>
      <legend>While it runs</legend>
      {numbers.map(([name, value, set]) => (
        <div class="option" key={name}>
          <label for={`w-${name}`}>{name}</label>
          <input
            id={`w-${name}`}
            type="number"
            min="0"
            step="any"
            // Another key for another value, so that what is being typed is left alone.
            key={value}
            defaultValue={String(Number(value.toPrecision(6)))}
            onChange={({ currentTarget }) => {
              if (currentTarget.value !== "") set(Number(currentTarget.value));
            }}
          />
        </div>
      ))}
      <p class="small">Counts from the next step on, without a new beginning.</p>
    </fieldset>
  );
}
