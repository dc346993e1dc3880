import test from 'ava'
import { fault } from '../../../src/model/fault.ts'
import type { FaultCode } from '../../../src/model/fault-table.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { causesRefusal } from '../../../src/stages/plan/causes-refusal.ts'

function going(kind: string, name: string, spec: object, group = ''): LiveObject {
  const metadata = { name, namespace: 'shop', uid: 'u', resourceVersion: '1' }
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata, spec } as LiveObject
}

const service = going('Service', 'old', { clusterIP: '10.0.0.10', ports: [{ port: 80, nodePort: 30080 }] })
const ingress = going('Ingress', 'old', { rules: [{ host: 'a.example' }] }, 'networking.k8s.io')
const pod = going('Pod', 'old', {})

const NODE_PORT =
  'Service "new" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated'
const CLUSTER_IP =
  'Service "new" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.10"]: failed to allocate IP 10.0.0.10: provided IP is already allocated'
const HOST =
  'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: host "a.example" and path "/" is already defined in ingress shop/old'
const QUOTA =
  'pods "new" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3'

const CASES: readonly (readonly [string, LiveObject, string, string, FaultCode, boolean])[] = [
  ['the node port of the Service that goes', service, 'Service', NODE_PORT, 'rejected', true],
  ['another node port', service, 'Service', NODE_PORT.replace('30080', '30081'), 'rejected', false],
  ['the address of the Service that goes', service, 'Service', CLUSTER_IP, 'rejected', true],
  ['a host of the Ingress that goes', ingress, 'Ingress', HOST, 'policy-denied', true],
  [
    'a host of another Ingress',
    ingress,
    'Ingress',
    HOST.replaceAll(/a\.example|old/g, 'b'),
    'policy-denied',
    false,
  ],
  ['a quota that the Pod that goes uses up', pod, 'Pod', QUOTA, 'quota-exceeded', true],
  [
    'a quota that is too small in any case',
    pod,
    'Pod',
    QUOTA.replace('requested: pods=1', 'requested: pods=4'),
    'quota-exceeded',
    false,
  ],
  ['a quota of another kind', service, 'Pod', QUOTA, 'quota-exceeded', false],
  [
    'a value that no one accepts',
    service,
    'Service',
    NODE_PORT.replace(/provided.*/, 'out of range'),
    'rejected',
    false,
  ],
  ['a field that the kind does not have', service, 'Service', 'ports[0].nodePortt', 'unknown-field', false],
]

for (const [what, live, kind, message, code, expected] of CASES)
  test(`${what}: the deletion ${expected ? 'goes first' : 'waits'}`, (t) => {
    const key = { group: kind === 'Ingress' ? 'networking.k8s.io' : '', kind, namespace: 'shop', name: 'new' }
    t.is(causesRefusal(live, { key, fault: fault(code, message) }), expected)
  })

test('what is refused for an unknown reason is refused for itself', (t) => {
  t.false(causesRefusal(pod, { key: { group: '', kind: 'Pod', namespace: 'shop', name: 'new' } }))
})
