import type { JsonObject } from '../../../src/model/json.ts'

/** The image of every Mattermost here; an update check runs `IMAGE:VERSION`. */
export const IMAGE = 'mattermost/mattermost-enterprise-edition'

/** The Mattermost `chat` of a namespace; `spec` adds to it and overrides. */
export function mattermost(namespace: string, version: string, spec: JsonObject = {}): string {
  return yaml({
    apiVersion: 'installation.mattermost.com/v1beta1',
    kind: 'Mattermost',
    metadata: { name: 'chat', namespace },
    spec: {
      image: IMAGE,
      version,
      replicas: 1,
      ingress: { enabled: true, host: `${namespace}.example.com` },
      database: { external: { secret: 'database' } },
      fileStore: { external: { url: 's3.example.com', bucket: namespace, secret: 'files' } },
      ...spec,
    },
  })
}

/** The two Secrets that it names. */
export function mattermostSecrets(namespace: string): string {
  const database = { DB_CONNECTION_STRING: 'postgres://mattermost:secret@database:5432/mattermost' }
  const files = { accesskey: 'access', secretkey: 'secret' }
  return `${secret(namespace, 'database', database)}---\n${secret(namespace, 'files', files)}`
}

function secret(namespace: string, name: string, stringData: JsonObject): string {
  return yaml({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData })
}

function yaml(object: JsonObject): string {
  return `${JSON.stringify(object, undefined, 2)}\n`
}
