/** A text as one word of a POSIX shell: as it is where nothing in it is special, else in quotes. */
export function shellWord(text: string): string {
  if (/^[\w./:@%+,=-]+$/.test(text)) return text
  // An interactive shell expands "!" in double quotes, too.
  return /["$`\\!\p{Cc}]/u.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`
}
