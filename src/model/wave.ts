import { WAVE_ANNOTATION } from '../model/labels.ts'
import type { KubernetesObject } from '../model/object.ts'

/** The wave that an object goes in, by its annotation; 0 where it has none. */
export function waveOf({ metadata }: KubernetesObject): number {
  const wave = Number(metadata.annotations?.[WAVE_ANNOTATION] ?? 0)
  return Number.isInteger(wave) ? wave : 0
}
