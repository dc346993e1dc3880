import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import type {
  ChartInfo,
  EngineLimits,
  HelmAnswer,
  HelmRequest,
  RenderFailure,
} from '../../../src/adapters/engine/engine.ts'
import { failure } from '../../../src/adapters/engine/job.ts'
import { isJsonObject } from '../../../src/model/json.ts'
import { messagePlace } from './message-place.ts'
import { runRenderer } from './run-renderer.ts'
import { type HelmOutput, splitHelmOutput } from './split-helm-output.ts'
import { type TemporaryTree, writeTemporaryTree } from './temporary-tree.ts'
import { mentionedVarying, mentions } from './varying-functions.ts'

/** Runs helm within the limits; resolves to its output. */
type RunHelm = (args: readonly string[]) => Promise<string | RenderFailure>

/**
 * Renders the chart with the program `helm`, version 3 or 4. Unlike reeve-engine, it adds Helm's built-in
 * versions to `.Capabilities.APIVersions`, sets `.Release.Revision` to 1, has no lookups, and fails on output
 * that is not YAML. `varying` has the functions that templates mention, called or not, and only the files
 * that happen to differ between two renderings.
 */
export async function helmByProgram(
  program: string,
  request: HelmRequest,
  limits: EngineLimits,
): Promise<HelmAnswer> {
  await using made = await writeTemporaryTree(request.chart)
  const templates = templatesOf(made.files)
  if (request.lookup && mentions(templates, 'lookup')) return failure('engine', cannotLookUp)
  await writeFile(valuesFile(made), JSON.stringify(request.values), { mode: 0o600 })
  const { home, tree } = made
  const run: RunHelm = (args) =>
    runRenderer({ program, args, home, limits, explain: (words) => explain(words, tree) })
  return await render(run, request, made, mentionedVarying(templates))
}

async function render(
  run: RunHelm,
  request: HelmRequest,
  made: TemporaryTree,
  functions: readonly string[],
): Promise<HelmAnswer> {
  const chart = chartPath(made)
  const args = templateArguments(request, chart, valuesFile(made))
  const text = await run(args)
  if (typeof text !== 'string') return text
  const again = functions.length > 0 ? await run(args) : text
  if (typeof again !== 'string') return again
  const shown = await run(['show', 'chart', chart])
  if (typeof shown !== 'string') return shown
  const output = splitHelmOutput(text)
  const varying = { functions, files: differing(output, splitHelmOutput(again)) }
  return { ok: true, chart: chartInfo(shown), ...output, lookups: [], varying }
}

function templateArguments(request: HelmRequest, chart: string, values: string): readonly string[] {
  const { release, capabilities } = request
  const apiVersions = capabilities.apiVersions.flatMap((version) => ['--api-versions', version])
  const flags = ['--namespace', release.namespace, '--kube-version', capabilities.kubeVersion, ...apiVersions]
  const upgrade = release.isUpgrade ? ['--is-upgrade'] : []
  return ['template', release.name, chart, '--include-crds', '--values', values, ...flags, ...upgrade]
}

// A packaged chart is a tree of one file.
function chartPath({ tree, files }: TemporaryTree): string {
  const [only = ''] = files.keys()
  return files.size === 1 && only.endsWith('.tgz') ? join(tree, only) : tree
}

function valuesFile({ home }: TemporaryTree): string {
  return join(home, 'values.json')
}

function templatesOf(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const decoder = new TextDecoder()
  return [...files].filter(([path]) => path.includes('templates/')).map(([, data]) => decoder.decode(data))
}

function explain(stderr: string, tree: string): RenderFailure {
  const words = stderr
    .replaceAll(tree, '.')
    .split('\n')
    .filter((line) => !/^(WARNING:|level=|Use --debug flag)/.test(line))
    .join('\n')
  const message = words.replace(/^Error: (INSTALLATION FAILED: )?/m, '').trim()
  return { ok: false, cause: 'input', message, ...messagePlace(message) }
}

function differing(before: HelmOutput, after: HelmOutput): readonly string[] {
  const texts = new Map(after.files.map(({ path, text }) => [path, text]))
  return before.files.filter(({ path, text }) => texts.get(path) !== text).map(({ path }) => path)
}

function chartInfo(text: string): ChartInfo {
  const chart: unknown = load(text)
  const read = (key: string) => (isJsonObject(chart) ? String(chart[key] ?? '') : '')
  return {
    name: read('name'),
    version: read('version'),
    appVersion: read('appVersion'),
    deprecated: read('deprecated') === 'true',
  }
}

const cannotLookUp =
  'the chart looks up live objects, which the helm program cannot do without its own credentials: install reeve-engine, or install Go so that Reeve can build it'
