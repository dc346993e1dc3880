import { gzipSync } from 'node:zlib'

/** One entry of an archive: a file, unless `type` says otherwise (the digit of its header). */
export interface Entry {
  readonly path: string
  readonly text?: string | Uint8Array
  readonly type?: string
  /** Where a link leads. */
  readonly link?: string
}

/** A packaged chart, .tgz, of files below a directory `chat`. */
export function packageChart(files: Readonly<Record<string, string>>): Buffer {
  return gzipSync(tarOf(Object.entries(files).map(([path, text]) => ({ path: `chat/${path}`, text }))))
}

/** A ustar archive. */
export function tarOf(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(block), Buffer.alloc(1024)])
}

function block({ path, text = '', type = '0', link = '' }: Entry): Buffer {
  const bytes = Buffer.from(text)
  const header = Buffer.alloc(512)
  header.write(path, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(`${'0'.repeat(11)}\0`, 136)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}
