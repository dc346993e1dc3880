import type { Declaration } from '../../model/declaration.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import { FIRST_WAVE, WAVE_ANNOTATION } from '../../model/labels.ts'
import { installWaveOf, waveOf } from '../../model/wave.ts'
import type { Honoured } from './foreign/honour-marks.ts'

/**
 * Puts the namespace of the installation first, where Git asks for it and does not declare it: in the first
 * wave, if some object is in a wave before the default one.
 */
export function withNamespace(
  { objects, leftAlone }: Pick<Honoured, 'objects' | 'leftAlone'>,
  { createNamespace }: Declaration,
  name: string,
): readonly DeclaredObject[] {
  if (createNamespace === undefined) return objects
  if ([...objects, ...leftAlone].some(({ object }) => isNamespace(object, name))) return objects
  const isWaited = objects.some(({ object }) => Math.min(waveOf(object), installWaveOf(object)) < 0)
  const metadata = isWaited ? { name, annotations: { [WAVE_ANNOTATION]: FIRST_WAVE } } : { name }
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata }
  const origin = { ...createNamespace, document: 0, pointer: '' }
  return [{ object, origin, isCreatedNamespace: true }, ...objects]
}

function isNamespace({ apiVersion, kind, metadata }: DeclaredObject['object'], name: string): boolean {
  return apiVersion === 'v1' && kind === 'Namespace' && metadata.name === name
}
