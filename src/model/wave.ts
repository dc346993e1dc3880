import { INSTALL_WAVE_ANNOTATION, WAVE_ANNOTATION } from './labels.ts'
import { ARGO_SYNC_WAVE } from './marks.ts'
import type { KubernetesObject } from './object.ts'

/** The wave of an object by Reeve's annotation, else by Argo CD's, which means the same; 0 without either. */
export function waveOf(object: KubernetesObject): number {
  return annotatedWave(object, WAVE_ANNOTATION) ?? annotatedWave(object, ARGO_SYNC_WAVE) ?? 0
}

/** The wave of an object until its installation has once been as declared. */
export function installWaveOf(object: KubernetesObject): number {
  return annotatedWave(object, INSTALL_WAVE_ANNOTATION) ?? waveOf(object)
}

function annotatedWave({ metadata }: KubernetesObject, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation]
  const wave = Number(text)
  return text !== undefined && Number.isInteger(wave) ? wave : undefined
}
