import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** A certificate and its key, in PEM. It vouches for itself: it is its own authority. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/** Makes an X.509 certificate (RFC 5280) for 127.0.0.1, valid for a day, with a P-256 key of its own. */
export function selfSigned(commonName: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = tbsCertificate(commonName, publicKey)
  const signature = createSign('sha256').update(body).sign(privateKey)
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(signature))
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines(der.toString('base64'))}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function tbsCertificate(commonName: string, publicKey: KeyObject): Buffer {
  const name = sequence(
    tagged(SET, sequence(objectId('550403'), tagged(UTF8_STRING, Buffer.from(commonName)))),
  )
  const now = Date.now()
  return sequence(
    tagged(VERSION, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(now - 3_600_000), time(now + 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(EXTENSIONS, sequence(subjectAltName(), basicConstraints())),
  )
}

function subjectAltName(): Buffer {
  const loopback = tagged(IP_ADDRESS, Buffer.from([127, 0, 0, 1]))
  return sequence(objectId('551d11'), tagged(OCTET_STRING, sequence(loopback)))
}

function basicConstraints(): Buffer {
  const isAuthority = tagged(BOOLEAN, Buffer.from([0xff]))
  return sequence(objectId('551d13'), tagged(OCTET_STRING, sequence(isAuthority)))
}

// Tags of DER (X.690); those of RFC 5280 with a context are written out.
const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const SEQUENCE = 0x30
const SET = 0x31
const IP_ADDRESS = 0x87
const VERSION = 0xa0
const EXTENSIONS = 0xa3

const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'))

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content])
}

function length(size: number): readonly number[] {
  if (size < 0x80) return [size]
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(SEQUENCE, Buffer.concat(parts))
}

function integer(bytes: Buffer): Buffer {
  return tagged(INTEGER, bytes)
}

function bitString(bytes: Buffer): Buffer {
  return tagged(BIT_STRING, Buffer.concat([Buffer.from([0]), bytes]))
}

function objectId(hex: string): Buffer {
  return tagged(OBJECT_ID, Buffer.from(hex, 'hex'))
}

/** YYMMDDHHMMSSZ. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds)
    .toISOString()
    .replaceAll(/[^0-9]/g, '')
    .slice(2, 14)
  return tagged(UTC_TIME, Buffer.from(`${digits}Z`))
}

function lines(base64: string): string {
  return base64.replaceAll(/.{64}(?=.)/g, '$&\n')
}
