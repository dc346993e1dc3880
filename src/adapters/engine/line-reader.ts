const newline = 0x0a

/** Returns a function that splits chunks into lines for `onLine`, in time linear in their length. */
export function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end))
      const line = Buffer.concat(parts).toString()
      parts = []
      start = end + 1
      if (line !== '') onLine(line)
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
  }
}
