import type { Finding } from '../../../model/fault.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import type { JsonObject } from '../../../model/json.ts'
import { allSecrets, Secrets } from '../../../model/secrets.ts'
import type { Sensitive } from '../../../model/sensitive.ts'
import { secretPlaces } from './secret-places.ts'
import { type StandIns, standInsFor } from './stand-ins.ts'
import { type Made, type Taint, taintOf } from './taint.ts'

/** What an installation is made of, with its secret places marked and its messages redacted. */
export interface Hidden extends Pick<Made, 'objects' | 'leftAlone' | 'notices' | 'faults'> {
  /** Those that were decrypted, and what the rendering makes of them. */
  readonly secrets?: Secrets
}

/**
 * Finds where a rendering holds its secrets, in whatever form: renders it again with stand-ins in their place, and
 * compares. Texts that hold a secret as it is are found besides.
 *
 * @param secrets decrypted texts
 * @param again makes the same with stand-ins
 */
export async function hideSecrets(
  made: Made,
  secrets: Secrets | undefined,
  again: (standIns: StandIns) => Promise<Made>,
): Promise<Hidden> {
  const standIns = standInsFor(secrets)
  const twin = await again(standIns)
  const tainted = taintOf(made, standIns.areBlind ? undefined : twin, secrets)
  const all = allSecrets(secrets, new Secrets(tainted.texts)) ?? new Secrets([])
  const placesOf = secrets ? secretPlaces(secrets) : () => []
  const marked = (declared: DeclaredObject): DeclaredObject => {
    const known = placesOf(declared.object as JsonObject)
    return { ...declared, sensitive: sensitiveAt(known, tainted.places.get(declared), all) }
  }
  const redact = <T extends Finding>(found: readonly T[]): readonly T[] =>
    secrets ? found.map((each) => ({ ...each, message: secrets.redact(each.message) })) : found
  return {
    objects: tainted.objects.map(marked),
    leftAlone: tainted.leftAlone.map(marked),
    notices: redact(tainted.notices),
    faults: redact([...unavailable(twin, made), ...tainted.faults]),
    ...(all.reveal().size > 0 && { secrets: all }),
  }
}

/** The renderer itself failed: another try may succeed. */
function unavailable(twin: Made, made: Made): Made['faults'] {
  const isPassing = ({ code }: Finding) => code === 'render-unavailable'
  return made.faults.some(isPassing) ? [] : twin.faults.filter(isPassing).slice(0, 1)
}

function sensitiveAt(known: Sensitive['places'], taint: Taint | undefined, secrets: Secrets): Sensitive {
  const { places = [], closed = [] } = taint ?? {}
  const all =
    known.length === 0 || places.length === 0 ? [...known, ...places] : distinct([...known, ...places])
  return { places: all, ...(closed.length > 0 && { closed }), secrets }
}

function distinct(places: Sensitive['places']): Sensitive['places'] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()]
}
