import { type Fault, fault } from '../../model/fault.ts'
import type { CommandLine } from '../options/given.ts'
import type { CommandGroup, CommandSpec, Operand, Parameter } from './command-spec.ts'
import { rolloutCommand, textOf } from './rollout-command.ts'
import { rolloutHistoryCommand } from './rollout-history.ts'
import { rolloutStatusCommand } from './rollout-status.ts'

export const rolloutGroup: CommandGroup = {
  name: 'rollout',
  summary: 'see and steer how changes move through groups',
  description:
    'Commands for the rollouts of InstallationGroups. status and history show how they are doing. Each of the others ' +
    'is a commit of the branch that the cluster follows: pushed, or proposed as a pull request.',
}

const GROUP: Operand = { name: 'GROUP', required: true, help: 'the name of a group with spec.rollout' }
const NAME: Operand = { name: 'NAME', required: true, help: 'the name of an installation' }
const TO: Parameter = {
  placeholder: 'COMMIT',
  help: 'the full id of a commit, or a branch or tag',
}
const KEPT_MESSAGE =
  'The commit has no changes of files: its message says it, so the forge has to keep it, as merge commits and ' +
  'rebases do, and squashing where the text is kept. Where commits have to be signed, only a signed one counts.'

/** Commands of `reeve rollout`, in the order of the help. */
export const rolloutCommands: readonly CommandSpec[] = [
  rolloutStatusCommand,
  rolloutHistoryCommand,
  rolloutCommand({
    verb: 'pause',
    summary: 'begin no further moves in a group',
    description:
      "Sets spec.rollout.paused of the group's document. Moves that began are finished, and members stay healed.",
    operands: [GROUP],
    examples: [
      {
        command: 'reeve rollout pause production --config reeve.yaml',
        says: 'the change, without making it',
      },
      {
        command: "reeve rollout pause production --config reeve.yaml \\\n  --push --reason 'Sign-in fails'",
        says: 'at once',
      },
    ],
    requestOf: ({ operands: [group = ''] }) => ({ verb: 'pause', group }),
  }),
  rolloutCommand({
    verb: 'resume',
    summary: 'let a paused group go on',
    description: "Removes spec.rollout.paused from the group's document.",
    operands: [GROUP],
    examples: [
      { command: 'reeve rollout resume production --config reeve.yaml --push', says: 'at once' },
      {
        command: 'reeve rollout resume production --config reeve.yaml --pull-request',
        says: 'once it is merged',
      },
    ],
    requestOf: ({ operands: [group = ''] }) => ({ verb: 'resume', group }),
  }),
  rolloutCommand({
    verb: 'approve',
    summary: 'let a group take what it waits for',
    description: `Makes a commit with the trailer Reeve-Approve, which a group with approve: manual waits for. ${KEPT_MESSAGE}`,
    operands: [GROUP],
    examples: [
      {
        command: 'reeve rollout approve production --config reeve.yaml --push',
        says: 'what the branch has now',
      },
    ],
    requestOf: ({ operands: [group = ''] }) => ({ verb: 'approve', group }),
  }),
  rolloutCommand({
    verb: 'force',
    summary: 'let a group take the head without waiting',
    description:
      'Makes a commit with the trailer Reeve-Force: the group takes it whatever its rings, windows, freezes, ' +
      `approvals and failures say, maxUnavailable at a time. ${KEPT_MESSAGE}`,
    operands: [GROUP],
    examples: [
      {
        command:
          "reeve rollout force production --config reeve.yaml \\\n  --push --reason 'Fixes the outage'",
        says: 'a fix that cannot wait',
      },
    ],
    requestOf: ({ operands: [group = ''] }) => ({ verb: 'force', group }),
  }),
  rolloutCommand({
    verb: 'skip',
    summary: 'leave a member where it is',
    description: "Adds a member to spec.rollout.skip of the group's document, or removes it.",
    operands: [GROUP, { name: 'MEMBER', required: true, help: 'the name of a member' }],
    switches: { unskip: 'remove it from the list' },
    examples: [
      {
        command: 'reeve rollout skip production acme --config reeve.yaml --push',
        says: 'while acme is looked at',
      },
      {
        command: 'reeve rollout skip production acme --unskip --config reeve.yaml --push',
        says: 'afterwards',
      },
    ],
    requestOf: ({ operands: [group = '', member = ''], flags }) => ({
      verb: flags.unskip ? 'unskip' : 'skip',
      group,
      member,
    }),
  }),
  rolloutCommand({
    verb: 'pin',
    summary: 'let an installation inherit from one commit',
    description:
      "Sets spec.revision of the installation's document: what it inherits stays as it was at that commit, whatever its group takes. What it says itself still comes from the head.",
    operands: [NAME],
    switches: { unpin: 'remove spec.revision, so that it follows its group again' },
    parameters: { to: TO },
    examples: [
      {
        command: 'reeve rollout pin acme --to v1.4.0 --config reeve.yaml --pull-request',
        says: 'the commit of a tag',
      },
      { command: 'reeve rollout pin acme --unpin --config reeve.yaml --push', says: 'with its group again' },
    ],
    requestOf: pinOf,
  }),
  rolloutCommand({
    verb: 'rollback',
    summary: 'bring what a group inherits back to a commit',
    description:
      "Makes a commit in which all that the group's members inherit is as it was at --to: the documents of their groups without rollout, members and selector, the values files that these name for all, the templates that members use, and the versions that reeve.lock.yaml gives to them. All else stays as it is at the head. Without --to it is the newest commit that the group has proven, as the status branch tells it, and that the head differs from.",
    operands: [GROUP],
    parameters: { to: TO },
    examples: [
      {
        command: 'reeve rollout rollback production --config reeve.yaml',
        says: 'to what it proved last: the change, without making it',
      },
      {
        command: 'reeve rollout rollback production --config reeve.yaml \\\n  --to v1.4.0 --pull-request',
        says: 'for review',
      },
    ],
    requestOf: (line) => {
      const [group = ''] = line.operands
      const to = textOf(line, 'to')
      if (line.flags.to === true) return missingTo(line)
      return to === undefined ? { verb: 'rollback', group } : { verb: 'rollback', group, to }
    },
  }),
]

function pinOf(line: CommandLine) {
  const [installation = ''] = line.operands
  const to = textOf(line, 'to')
  if (line.flags.unpin && line.flags.to === undefined) return { verb: 'unpin', installation } as const
  if (line.flags.unpin) return fault('bad-option', '--to and --unpin are mutually exclusive: give only one')
  return to === undefined ? missingTo(line) : ({ verb: 'pin', installation, to } as const)
}

function missingTo({ flags }: CommandLine): Fault {
  return fault(
    'bad-option',
    flags.to === true ? '--to needs a value' : '--to is missing: the commit to inherit from',
  )
}
