import { type Fault, fault } from '../../model/fault.ts'
import { MAX_FILE_BYTES } from '../../model/snapshot.ts'
import { decodeText } from './decode-text.ts'

/**
 * The text of a file, or why it has none.
 *
 * @param bytes undefined where the file is too large to be read
 */
export function decodeFile(
  file: string,
  bytes: Uint8Array | undefined,
): { readonly text: string } | { readonly fault: Fault } {
  if (bytes === undefined || bytes.byteLength > MAX_FILE_BYTES)
    return {
      fault: fault('file-too-large', `more than ${MAX_FILE_BYTES} bytes`, { location: { file, line: 1 } }),
    }
  const decoded = decodeText(bytes)
  if ('text' in decoded) return decoded
  return { fault: fault('not-utf8', '', { location: { file, line: decoded.invalidLine } }) }
}
