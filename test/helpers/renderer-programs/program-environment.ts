import { join } from 'node:path'

/**
 * The environment of helm and kustomize: their directories are in `home`; there is no cluster, no program to
 * call, and a proxy address without a listener, so that they fetch nothing.
 */
export function programEnvironment(home: string): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:1'
  return {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    HELM_CACHE_HOME: join(home, 'cache', 'helm'),
    HELM_CONFIG_HOME: join(home, 'config', 'helm'),
    HELM_DATA_HOME: join(home, 'data', 'helm'),
    HELM_PLUGINS: join(home, 'plugins'),
    KUSTOMIZE_PLUGIN_HOME: join(home, 'plugins'),
    KUBECONFIG: join(home, 'kubeconfig'),
    TMPDIR: home,
    TZ: 'UTC',
    PATH: home,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '',
  }
}
