import { sealed } from '../../helpers/sealed.ts'
import { AGE_KEY } from '../derived-secrets.ts'
import { group, installation, ofChart, yaml } from '../relatives/documents.ts'

/** Number of files that changes rename. */
export const RENAMED = 900
/** Number of equal lines that are compared with as many. */
export const LINES = 1_400

/** What the repository holds when changes are proposed; the target changes `text` after that. */
export async function commonFiles(secret: string, text: string): Promise<Readonly<Record<string, string>>> {
  const bulk = Array.from({ length: RENAMED }, (_, index) => [
    `bulk/f-${index}.txt`,
    `${Array.from({ length: 100 }, (_, line) => `${index} ${line} of a text`).join('\n')}\n${text}\n`,
  ])
  const vault = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'vault' }, stringData: { a: secret } }
  return {
    'lines.txt': `${'x\n'.repeat(LINES)}${text}\n`,
    ...Object.fromEntries(bulk),
    'vault/reeve.yaml': installation('vault'),
    'vault/a.yaml': await sealed(vault, AGE_KEY, 'stringData'),
    ...ofChart(
      'charted',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: charted}\ndata: {a: {{ .Values.text | quote }}}\n',
      { values: { text: 'plain' } },
    ),
    'grouped/group.yaml': group('grouped', {
      namespace: 'acme',
      serviceAccountName: 'acme/acme',
      template: { path: 'templates/grouped' },
    }),
    'grouped/members.yaml': Array.from({ length: 20 }, (_, index) =>
      yaml({
        apiVersion: 'reeve.dev/v1alpha1',
        kind: 'Installation',
        metadata: { name: `member-${index}` },
        spec: { group: 'grouped' },
      }),
    ).join('---\n'),
    'templates/grouped/a.yaml': yaml({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'of-${installation.name}' },
      data: { a: '1' },
    }),
  }
}
