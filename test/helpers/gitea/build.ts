import { buildGoTool } from '../go-tool.ts'

/** Path of the real Gitea, which is built once, in some minutes. */
export function buildGitea(): Promise<string> {
  return buildGoTool({
    module: 'gitea',
    mainPackage: '.',
    name: 'gitea',
    title: 'a real Gitea',
    duration: 'about three minutes',
    tags: 'sqlite sqlite_unlock_notify',
    hasC: true,
  })
}
