/**
 * @file Inputs made of options' own tables: a new option has one by itself.
 */
import { isHidden } from "./hidden.js";
import type { DescribedOption } from "./protocol.js";

export interface OptionInputProps {
  readonly option: DescribedOption;
  /** Begins the input's id, where several inputs are of options of one name. */
  readonly prefix?: string;
  /** Text of the setting, if it is set. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A check box for a switch, a list of few words, and a line of text for all else. Empty is the default. */
export function OptionInput({ option, prefix = "o", value, onChange }: OptionInputProps) {
  const { name, want, help, default: usual, otherwise, choices, isSwitch } = option;
  if (isHidden(name)) return null;
  const id = `${prefix}-${name}`;
  const unset = usual ?? otherwise ?? "";
  const set = (text: string) => onChange(text.trim() === "" || text === usual ? undefined : text);
  return (
    <div class={isSwitch ? "option switch" : "option"}>
      <label for={id}>{name}</label>
      {isSwitch ? (
        <input
          id={id}
          type="checkbox"
          aria-describedby={`${id}-h`}
          checked={(value ?? usual) === "true"}
          onChange={({ currentTarget }) => set(String(currentTarget.checked))}
        />
      ) : choices && want.startsWith("one of") ? (
        <select
          id={id}
          aria-describedby={`${id}-h`}
          value={value ?? usual ?? ""}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        >
          {usual === undefined && <option value="">{otherwise}</option>}
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <>
          <input
            id={id}
            type="text"
            autocomplete="off"
            spellcheck={false}
            aria-describedby={`${id}-h`}
            placeholder={unset}
            // Another key for another value, so that what is being typed is left alone.
            key={value}
            defaultValue={value ?? ""}
            {...(choices && { list: `${id}-l` })}
            onChange={({ currentTarget }) => set(currentTarget.value)}
          />
          {choices && (
            <datalist id={`${id}-l`}>
              {choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </>
      )}
      <small id={`${id}-h`}>
        {help}: {want}
      </small>
    </div>
  );
}
