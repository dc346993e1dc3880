import type { LiveObject } from '../../src/model/object.ts'

/** The only value of the ConfigMaps by which tests tell commits apart. */
export function colorOf(object: LiveObject | undefined): string | undefined {
  return (object as (LiveObject & { readonly data?: { readonly color?: string } }) | undefined)?.data?.color
}

/** Whether that is all that a ConfigMap has. */
export function hasColor(color: string): (object: LiveObject | undefined) => boolean {
  return (object) => JSON.stringify(object?.data) === JSON.stringify({ color })
}
