import { Keyring } from '../../src/control/fleet/keyring.ts'
import type { Installation } from '../../src/model/installation.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { KubernetesObject } from '../../src/model/object.ts'
import { Secret } from '../../src/model/secret.ts'
import { redactedObject } from '../../src/stages/plan/describe/redact.ts'
import { fixture } from '../adapters/sops/fixtures.ts'
import { declareFiles, type RepositoryFiles } from '../helpers/declare-files.ts'
import { sealed } from '../helpers/sealed.ts'

/** The age key that everything is encrypted for. */
export const AGE_KEY = /^AGE-SECRET-KEY-\S+$/m.exec(fixture('keys/age.txt'))?.[0] ?? ''

/** A chart with these templates. */
export function chartWith(templates: Readonly<Record<string, string>>): RepositoryFiles {
  const files = Object.entries(templates).map(([name, text]) => [`charts/web/templates/${name}`, text])
  return {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    ...Object.fromEntries(files),
  }
}

/** The document of an installation `acme` made from a template, with encrypted and plain values. */
export async function documentWith(
  secrets: JsonObject,
  values: JsonObject = {},
  template = 'charts/web',
): Promise<RepositoryFiles> {
  const metadata = { name: 'acme' }
  const common = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata }
  const document = { ...common, spec: { template: { path: template }, values: { ...values, ...secrets } } }
  const keys = Object.keys(secrets)
  const text = keys.length === 0 ? JSON.stringify(document) : await sealed(document, AGE_KEY, ...keys)
  return { 'fleet/acme.yaml': text }
}

/** The installation that encrypted values and a template make. */
export async function withSecrets(
  secrets: JsonObject,
  files: RepositoryFiles,
  values: JsonObject = {},
  template = 'charts/web',
): Promise<Installation> {
  const { decrypt } = new Keyring({ ageKey: new Secret(AGE_KEY) })
  const all = { ...files, ...(await documentWith(secrets, values, template)) }
  const { installations } = await declareFiles(all, { decrypt })
  const installation = installations.get('acme')
  if (installation === undefined) throw new Error('there is no installation')
  return installation
}

/** What people see of an installation. */
export function shownOf({ objects, faults, notices = [] }: Installation): {
  readonly objects: readonly KubernetesObject[]
  readonly messages: readonly string[]
} {
  return {
    objects: objects.map(({ object, sensitive }) => redactedObject(object, sensitive)),
    messages: [...faults, ...notices].map(({ message }) => message),
  }
}

/** All parts of a text of that length. */
export function parts(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length))
}
