import type { JsonObject } from '../../../model/json.ts'

const text = { type: 'string' }
const count = { type: 'integer', minimum: 0 }
const generation = {
  type: 'integer',
  format: 'int64',
  description: 'The metadata.generation that the status describes.',
}

/** Conditions of Kubernetes (metav1.Condition). */
const conditions = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
    properties: {
      type: text,
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: { type: 'integer', format: 'int64' },
      lastTransitionTime: { type: 'string', format: 'date-time' },
      reason: text,
      message: text,
    },
  },
}

/** `status` of an Installation, written by Reeve. */
export const installationStatusSchema: JsonObject = {
  type: 'object',
  description: 'State of the installation in this cluster.',
  properties: {
    observedGeneration: generation,
    state: {
      type: 'string',
      description:
        'healthy, hibernated, deletion-pending, progressing, waiting, degraded, failed, invalid, suspended or deleting.',
    },
    version: { type: 'string', description: 'The current or target version.' },
    health: {
      type: 'string',
      description:
        'How many of its objects are healthy or suspended, such as 4/4; +2 if the deletion of two more is held.',
    },
    group: { type: 'string', description: 'The innermost group that it is in.' },
    commit: { type: 'string', description: 'The commit that last changed the sources of the installation.' },
    abbreviatedCommit: text,
    appliedCommit: {
      type: 'string',
      description: 'The commit that it is held at, if the last one has faults.',
    },
    message: { type: 'string', description: 'The most important problem.' },
    conditions,
    overridden: {
      type: 'array',
      description: 'Settings that a group overrides.',
      items: { type: 'object', properties: { path: text, file: text, line: count, by: text } },
    },
  },
}

/** `status` of an InstallationGroup, written by Reeve. */
export const groupStatusSchema: JsonObject = {
  type: 'object',
  description: 'State of the members in this cluster.',
  properties: {
    observedGeneration: generation,
    members: { ...count, description: 'Number of installations in the group and in its nested groups.' },
    healthy: { ...count, description: 'Number of them that are healthy.' },
    hibernated: { ...count, description: 'Number of them that are hibernated; absent for none.' },
    rollout: {
      type: 'object',
      description: 'How its members move to what they inherit; absent where it has no rollout.',
      properties: {
        state: { type: 'string', description: 'halted, waiting, moving or done.' },
        commit: { type: 'string', description: 'The commit that its members are brought to.' },
        abbreviatedCommit: text,
        moved: { type: 'string', description: 'How many of its members are there, such as 3/20.' },
        waits: {
          type: 'string',
          description: 'What it waits for, until when, and how to go on without waiting.',
        },
      },
    },
    conditions,
  },
}
