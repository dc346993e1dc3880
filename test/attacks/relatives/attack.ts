import type { FaultCode } from '../../../src/model/fault-table.ts'
import type { Random } from '../../helpers/random.ts'

/** Path from the root of the repository → text. */
export type Files = Readonly<Record<string, string>>

export interface Attack {
  readonly title: string
  readonly files: Files
  /** Symbolic links: path → what they say. */
  readonly links?: Files
  /** Codes of which its record tells one; by default it may be harmless. */
  readonly codes?: readonly FaultCode[]
  /** What would be there if it worked, as kubectl names it. */
  readonly target?: readonly [namespace: string, what: string]
}

/** What an attack is made with besides chance. */
export interface Means {
  /** Of its installation, and of nothing else in the repository. */
  readonly name: string
  /** A text that SOPS encrypts, and Reeve shows nowhere. */
  readonly secret: string
  /** Directory of the host whose files Reeve does not read. */
  readonly host: string
}

/** Makes one of many attacks that are related. */
export type Family = (random: Random, means: Means) => Attack | Promise<Attack>

/** A way to attack, named for messages. */
export type Ways<Made = Files> = Readonly<Record<string, (random: Random, means: Means) => Made>>

export function pickWay<Made>(random: Random, ways: Ways<Made>) {
  return random.pick(Object.entries(ways))
}

/** A size between harmless and far too much: each order of magnitude is as likely. */
export function anySize(random: Random, least: number, most: number): number {
  return Math.round(least * (most / least) ** random.next())
}
