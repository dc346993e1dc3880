/** Text or bytes that are not in the format that they are read as. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Malformed'
  }
}

/** Reads the data types of RFC 4251, section 5, one after the other. @throws Malformed */
export interface WireReader {
  readonly uint32: () => number
  readonly byte: () => number
  readonly string: () => Buffer
  readonly text: () => string
  /** A positive mpint, without leading zeros. */
  readonly integer: () => Buffer
  /** Checks that nothing follows. */
  readonly end: () => void
}

export function readWire(bytes: Buffer): WireReader {
  let at = 0
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new Malformed('it ends early')
    at += length
    return bytes.subarray(at - length, at)
  }
  const uint32 = () => take(4).readUInt32BE()
  const string = () => take(uint32())
  return {
    uint32,
    byte: () => take(1).readUInt8(),
    string,
    text: () => string().toString('latin1'),
    integer: () => positive(string()),
    end: () => {
      if (at !== bytes.length) throw new Malformed('more follows after its end')
    },
  }
}

/** A string of RFC 4251: its length and its bytes. */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The shortest form is the only one: a leading zero stands before a high bit alone. */
function positive(bytes: Buffer): Buffer {
  const [first = 0, second = 0] = bytes
  const isPadded = first === 0 && bytes.length > 1 && second >= 0x80
  if (bytes.length === 0 || first >= 0x80 || (first === 0 && !isPadded))
    throw new Malformed('a number in it is not positive')
  return isPadded ? bytes.subarray(1) : bytes
}
