import test from 'ava'
import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import { apiFault } from '../../../src/adapters/cluster/api-fault.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'
import { keyOf } from '../../../src/model/object.ts'

const desired: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'viewers', namespace: 'acme' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'viewer' },
}

function faultOf(code: number, message: string, reason = '') {
  const error = new ApiError({ code, reason, message })
  return apiFault(error, { action: 'create', key: keyOf(desired), desired, wave: 0 } as never)
}

const POD = 'pods "web" is forbidden: '

/** HTTP status, the words of kube-apiserver, and the code of the fault. */
const REFUSALS = [
  [401, 'Unauthorized', 'unauthenticated'],
  [
    403,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    'unauthenticated',
  ],
  [
    403,
    `${POD}User "reeve" cannot create resource "pods" in API group "" in the namespace "acme"`,
    'forbidden',
  ],
  [
    403,
    `${POD}User "reeve" cannot create resource "pods" in API group "" in the namespace "acme": RBAC: clusterrole.rbac.authorization.k8s.io "reeve" not found`,
    'forbidden',
  ],
  [403, 'forbidden: User "reeve" cannot get path "/version"', 'forbidden'],
  [403, '<html>blocked by the proxy</html>', 'forbidden'],
  [403, `${POD}exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1`, 'quota-exceeded'],
  [403, `${POD}failed quota: few: must specify limits.cpu for: c`, 'quota-exceeded'],
  [403, `${POD}insufficient quota to consume: nvidia.com/gpu`, 'quota-exceeded'],
  [403, `${POD}status unknown for quota: few, resources: pods`, 'quota-exceeded'],
  [
    403,
    `${POD}[minimum cpu usage per Pod is 100m.  No request is specified, maximum memory usage per Container is 1Gi, but limit is 2Gi]`,
    'limit-range',
  ],
  [
    403,
    `${POD}cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`,
    'limit-range',
  ],
  [403, `${POD}violates PodSecurity "restricted:latest": runAsNonRoot != true`, 'pod-security'],
  [
    403,
    'admission webhook "validate.kyverno.svc-fail" denied the request: exceeded quota: of mine',
    'policy-denied',
  ],
  [400, 'admission webhook "validate.example.com" denied the request without explanation', 'policy-denied'],
  [401, 'admission webhook "validate.example.com" denied the request: who are you?', 'policy-denied'],
  [404, 'admission webhook "validate.example.com" denied the request: no such tenant', 'policy-denied'],
  [413, 'admission webhook "validate.example.com" denied the request: too large', 'policy-denied'],
  [422, `${POD}ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`, 'policy-denied'],
  [500, 'Internal error occurred: failed calling webhook "v.example.com": connection refused', 'unavailable'],
  [403, `${POD}cannot set an ownerRef on a resource you can't delete: , <nil>`, 'owner-reference'],
  [
    403,
    `${POD}cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
    'owner-reference',
  ],
  [403, `${POD}node "worker-1" can only create mirror pods`, 'node-restricted'],
  [
    403,
    `${POD}error looking up service account acme/web: serviceaccount "web" not found`,
    'missing-reference',
  ],
  [403, `${POD}pod rejected: RuntimeClass "gvisor" not found`, 'missing-reference'],
  [403, `${POD}not yet ready to handle request`, 'unavailable'],
  [403, 'services "web" is forbidden: Use of external IPs is denied by admission control', 'rejected'],
  [413, 'Request entity too large: limit is 3145728', 'object-too-large'],
  [500, 'etcdserver: request is too large', 'object-too-large'],
  [
    500,
    'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2200160 vs. 2097152)',
    'object-too-large',
  ],
  [500, 'etcdserver: leader changed', 'unavailable'],
] as const

for (const [status, message, code] of REFUSALS)
  test(`${status} ${message} is ${code}`, (t) => {
    const found = faultOf(status, message)
    t.is(found.code, code)
    t.true(found.message.includes(message), 'the words of the API server stay visible')
  })

test('the API server blames the binding where the Role is missing: Reeve names the Role', (t) => {
  const { code, message } = faultOf(
    404,
    'rolebindings.rbac.authorization.k8s.io "viewer" not found',
    'NotFound',
  )
  t.is(code, 'missing-reference')
  t.regex(message, /: Role viewer in namespace acme \(/)
})

test('a binding that is itself gone is not told as a missing Role', (t) => {
  const { code } = faultOf(404, 'rolebindings.rbac.authorization.k8s.io "viewers" not found', 'NotFound')
  t.not(code, 'missing-reference')
})

test('the limit is told where the API server names it', (t) => {
  t.regex(faultOf(413, 'Request entity too large: limit is 3145728').message, /limit 3\.0 MiB/)
  t.regex(faultOf(500, 'etcdserver: request is too large').message, /1\.5 MiB unless configured/)
})
