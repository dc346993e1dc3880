import { randomBytes } from 'node:crypto'
import { hasCode } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { objectIn } from '../../model/json.ts'
import { SEAL_TYPE } from '../../model/labels.ts'
import type { KubernetesObject, LiveObject, ObjectKey } from '../../model/object.ts'
import { Secret } from '../../model/secret.ts'
import { SECRETS } from '../../model/well-known-resources.ts'

const KEY_BYTES = 32
/** Maximum wait for the API server, in milliseconds: there is no key until it answers. */
const DEADLINE_MS = 5_000

/**
 * The key in a Secret of the cluster; undefined if there is no such Secret.
 * @throws ApiError, ConnectionError
 */
export async function readSealSecret(
  client: ClusterClient,
  name: string,
  namespace: string,
): Promise<Secret | undefined> {
  const live = await client.get(SECRETS, keyFor(name, namespace), { deadline: DEADLINE_MS })
  return live && keyIn(live)
}

/**
 * Creates a key; if another Reeve is faster, its key counts.
 * @throws ApiError, ConnectionError
 */
export async function createSealSecret(
  client: ClusterClient,
  name: string,
  namespace: string,
): Promise<Secret | undefined> {
  const key = randomBytes(KEY_BYTES).toString('base64')
  try {
    return keyIn(await client.create(SECRETS, secretObject(name, namespace, key), { deadline: DEADLINE_MS }))
  } catch (error) {
    if (!hasCode(error, 409)) throw error
    return readSealSecret(client, name, namespace)
  }
}

/** Without the Repository's label: it belongs to no installation. */
function secretObject(name: string, namespace: string, key: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/name': 'reeve', 'app.kubernetes.io/component': 'seal' },
      annotations: { 'kubernetes.io/description': DESCRIPTION },
    },
    type: SEAL_TYPE,
    immutable: true,
    data: { key },
  }
}

const DESCRIPTION =
  'The key by which Reeve knows again the objects that it made. Without it Reeve proves that from Git.'

/** Undefined if the Secret is not one that Reeve makes. */
function keyIn({ data }: LiveObject): Secret | undefined {
  const { key } = objectIn(data)
  const isKey = typeof key === 'string' && Buffer.from(key, 'base64').length === KEY_BYTES
  return isKey ? new Secret(key) : undefined
}

function keyFor(name: string, namespace: string): ObjectKey {
  return { group: '', kind: 'Secret', namespace, name }
}
