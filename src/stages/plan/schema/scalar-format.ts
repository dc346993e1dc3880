import type { ScalarFormat } from '../../../model/schema.ts'
import { attribute, ownString, type RawSchema } from './raw-schema.ts'

const FORMAT_OF_COMPONENT: ReadonlyMap<string, ScalarFormat> = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', 'quantity'],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'int-or-string'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'time'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', 'time'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Duration', 'duration'],
])

const FORMAT_OF_FORMAT: ReadonlyMap<string, ScalarFormat> = new Map([
  ['byte', 'bytes'],
  ['date-time', 'time'],
  ['duration', 'duration'],
  ['int-or-string', 'int-or-string'],
])

/** Pattern that controller-gen writes for a resource.Quantity, whose own schema a CRD can't reference. */
const QUANTITY_PATTERN = '([KMGTPE]i)|[numkMGTPE]'

/** How the server formats a scalar; 'plain' for any other value. */
export function scalarFormat(raw: RawSchema): ScalarFormat {
  const known = FORMAT_OF_COMPONENT.get(raw.component ?? '')
  if (known) return known
  if (attribute(raw, 'x-kubernetes-int-or-string') === true) {
    return ownString(raw.target, 'pattern')?.includes(QUANTITY_PATTERN) ? 'quantity' : 'int-or-string'
  }
  if (ownString(raw.target, 'type') === 'number') return 'double'
  return FORMAT_OF_FORMAT.get(ownString(raw.target, 'format') ?? '') ?? 'plain'
}
