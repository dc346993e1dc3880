import { Random } from '../../helpers/random.ts'
import type { Attack, Family, Means } from './attack.ts'
import { bombs } from './bombs.ts'
import { escapes } from './escapes.ts'
import { hostile } from './hostile.ts'
import { noise } from './noise.ts'
import { paths } from './paths.ts'
import { prototypes } from './prototypes.ts'
import { secrets } from './secrets.ts'
import { sources } from './sources.ts'

const FAMILIES: readonly Family[] = [
  escapes,
  bombs,
  secrets,
  hostile,
  prototypes,
  paths,
  sources,
  noise,
  escapes,
  secrets,
]

export interface Generated extends Attack {
  readonly seed: number
  readonly name: string
}

/** The attack of a seed: always the same one. Its number decides the family, so that many have all families. */
export async function generateAttack(seed: number, means: Omit<Means, 'name'>): Promise<Generated> {
  const name = `attack-${seed}`
  const family = FAMILIES[seed % FAMILIES.length] ?? escapes
  return { ...(await family(new Random(`relatives ${seed}`), { ...means, name })), seed, name }
}
