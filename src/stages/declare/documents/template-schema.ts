import type { DocumentSchema } from './document-schema.ts'

/** Path segments that are neither empty nor `.` or `..`. */
const WORD = '([^./][^/]*|\\.[^./][^/]*|\\.\\.[^/]+)'
/** A path from the root of a repository. */
export const TREE_PATH = `^${WORD}(/${WORD})*$`

const templateProperties = {
  path: {
    type: 'string',
    minLength: 1,
    maxLength: 1000,
    pattern: TREE_PATH,
    description:
      'A path from the root of the repository: a directory of manifests, a Helm chart or a Kustomize overlay.',
  },
  git: {
    type: 'object',
    description: 'Another Git repository that contains the path.',
    required: ['url', 'commit'],
    properties: {
      url: {
        type: 'string',
        maxLength: 2000,
        pattern: '^https?://[^@]+$',
        description: 'An https:// URL.',
      },
      commit: { type: 'string', pattern: '^[0-9a-f]{40}$', description: 'A full commit id of 40 digits.' },
    },
  },
  chart: {
    type: 'object',
    description: 'A Helm chart from a chart repository or an OCI registry.',
    required: ['repository', 'name', 'version'],
    properties: {
      repository: {
        type: 'string',
        maxLength: 2000,
        pattern: '^(https?|oci)://[^@]+$',
        description: 'An https:// or oci:// URL.',
      },
      name: { type: 'string', minLength: 1, maxLength: 250, description: 'The name of the chart.' },
      version: {
        type: 'string',
        minLength: 1,
        maxLength: 250,
        description:
          'The version of the chart, or a range such as ^1.4.0 whose version reeve.lock.yaml says.',
      },
      digest: {
        type: 'string',
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'The digest sha256:… of the packaged chart.',
      },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

const templateRules = [
  { rule: 'has(self.path) != has(self.chart)', message: 'exactly one of path and chart is required' },
  { rule: '!has(self.git) || has(self.path)', message: 'git requires path' },
]

/** The source of a template: `template` of an Installation or an InstallationGroup. */
export const templateSchema = {
  type: 'object',
  description: 'The source that the installation is rendered from.',
  properties: templateProperties,
  rules: templateRules,
} as const satisfies DocumentSchema

/** Several sources: `templates` of an Installation or an InstallationGroup. */
export const templatesSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 20,
  description: 'The sources that the installation is rendered from, in place of `template`.',
  items: {
    type: 'object',
    description: 'One of several sources.',
    properties: {
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 63,
        pattern: '^[A-Za-z_][A-Za-z0-9_-]*$',
        description:
          'The key of the values for this template, which has those below `global` as well; without a name it has all values.',
      },
      ...templateProperties,
    },
    rules: templateRules,
  },
} as const satisfies DocumentSchema

/** Rules of a `spec` with both fields. */
export const templateOrTemplates = [
  {
    rule: '!has(self.template) || !has(self.templates)',
    message: 'template and templates exclude each other',
  },
] as const
