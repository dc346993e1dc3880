import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Gitea, startGitea } from '../helpers/gitea/gitea.ts'
import { configFile, keyFile } from '../helpers/option-file.ts'
import { reviewedRepository } from '../helpers/reviewed-repository.ts'
import { sealed } from '../helpers/sealed.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { markupIn } from '../stages/review/inert.ts'
import { AGE_KEY } from './derived-secrets.ts'
import { formsOf } from './relatives/forms-of.ts'
import { generateAttack } from './relatives/generate.ts'

const SECRET = 'Xq7v-Kw9zPJ4m-Td8hYc2R-b6Wn'
/** Seeds of attacks that a branch and, in part, a fork proposes. */
const SEEDS = Array.from({ length: 16 }, (_, index) => 1_000 + index)
const ANSWERED_MS = 180_000

let gitea: Gitea

const test = controlPlaneTest()

test.before('start the real Gitea', async () => {
  gitea = await startGitea()
})
test.after.always('stop it', () => gitea?.[Symbol.asyncDispose]())

const template = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vaulted, namespace: default}\ndata: {a: ${data}}\n`

/** What a template of a fork asks a secret. */
const QUESTIONS = [
  '{{ if hasPrefix "Xq" .Values.password }}yes-it-is{{ else }}no-it-is{{ end }}',
  '"{{ len .Values.password }}-characters"',
  '{{ .Values.password | sha256sum }}',
  '{{ range $i, $c := splitList "" .Values.password }}{{ if eq $c "v" }}at-{{ $i }}{{ end }}{{ end }}',
]

test.serial(
  'hostile pull requests, also of forks, get a comment and a status that tell nothing',
  async (t) => {
    const { controlPlane } = t.context
    t.timeout(10 * 60_000)
    const spec = { template: { path: 'templates/vaulted' }, values: { password: SECRET } }
    const own = {
      apiVersion: 'reeve.dev/v1alpha1',
      kind: 'Installation',
      metadata: { name: 'vaulted' },
      spec,
    }
    await using repository = await reviewedRepository(gitea, controlPlane, 'hostile', {
      'vaulted/reeve.yaml': await sealed(own, AGE_KEY, 'password'),
      'templates/vaulted/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/vaulted/templates/a.yaml': template('plain'),
    })
    const config = await configFile(t, { review: { forks: true } })
    await using reeve = repository.run(...config, ...(await keyFile(t, AGE_KEY)))
    await reeve.logged('in sync')

    const { bot } = gitea.users
    const fork = await repository.forge.fork(bot)
    const host = await temporaryDirectory(t)
    const proposed: { readonly number: number; readonly head: string; readonly isQuestion: boolean }[] = []
    for (const [index, question] of QUESTIONS.entries()) {
      const branch = `question-${index}`
      const files = { 'templates/vaulted/templates/a.yaml': template(question) }
      const head = await fork.push({ branch, files, as: bot })
      const number = await repository.forge.openPull({ head: `${bot.name}:${branch}`, title: branch })
      proposed.push({ number, head, isQuestion: true })
    }
    for (const seed of SEEDS) {
      const { files } = await generateAttack(seed, { secret: SECRET, host })
      const [from, as] = seed % 2 === 0 ? [fork, bot] : [repository.forge, gitea.users.admin]
      const branch = `attack-${seed}`
      const head = await from.push({ branch, files, as })
      const title = `@team #1 <script>alert(${seed})</script>`
      const where = from === fork ? `${bot.name}:${branch}` : branch
      proposed.push({
        number: await repository.forge.openPull({ head: where, title }),
        head,
        isQuestion: false,
      })
    }

    const hidden = formsOf(SECRET)
    const began = performance.now()
    for (const { number, head, isQuestion } of proposed) {
      const { body } = await repository.comment(number)
      await repository.status(head)
      const own = `${repository.forge.url}/src/branch/reeve/review/hostile/${number}.md`
      const told = body
        .replace(/<!-- reeve:key [\w-]+ -->/, '')
        .replaceAll(`[full text](${own})`, 'full text')
      t.true(body.includes(`[full text](${own})`), body)
      t.deepEqual(
        markupIn(told.replaceAll(`[The full text](${own})`, 'The full text')),
        [],
        `${number}: ${body}`,
      )
      t.is(
        hidden.find((part) => body.includes(part)),
        undefined,
        `${number}: ${body}`,
      )
      t.notRegex(body, /yes-it-is|27-characters|at-\d/, body)
      if (isQuestion) t.regex(body, /without keys/, body)
    }
    t.true(performance.now() - began < ANSWERED_MS)
    const log = reeve.log.map((line) => JSON.stringify(line)).join('\n')
    t.is(
      hidden.find((part) => log.includes(part)),
      undefined,
    )
    t.deepEqual(
      reeve.log.filter(({ level, code }) => level === 'raw' || level === 'fatal' || code === 'internal'),
      [],
    )
  },
)
