/** Control characters, and those that end a line or turn the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text for a line of a terminal, whatever a file's name holds: what would steer it is shown as \uXXXX, as JSON has it too. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
