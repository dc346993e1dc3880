package main

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type kustomizeFiles = filesys.FileSystem

// building serializes builds: Kustomize's schemas are global.
var building sync.Mutex

// renderKustomize builds as `kustomize build` does, on a file system with the tree at its root.
func renderKustomize(request KustomizeRequest, tree *tree, limit int) (any, *Failure) {
	building.Lock()
	defer building.Unlock()
	files, err := tree.kustomizeFiles()
	if err != nil {
		return nil, kustomizeFailure(err, tree, request.Directory)
	}
	text, err := build(files, path.Join("/", request.Directory))
	if err != nil {
		return nil, kustomizeFailure(err, tree, request.Directory)
	}
	if len(text) > limit {
		return nil, &Failure{Message: fmt.Sprintf("the kustomization builds to more than %d bytes", limit), Cause: "bounds"}
	}
	return &KustomizeResult{Text: string(text)}, nil
}

func (t *tree) kustomizeFiles() (kustomizeFiles, error) {
	return t.fileSystem.get(func() (kustomizeFiles, error) {
		files := filesys.MakeFsInMemory()
		for name, data := range t.files {
			if err := files.WriteFile(path.Join("/", name), data); err != nil {
				return nil, err
			}
		}
		return files, nil
	})
}

func build(files kustomizeFiles, directory string) ([]byte, error) {
	defer resetSchemas()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified // as on the command line
	options.PluginConfig = types.DisabledPluginConfig()
	resources, err := krusty.MakeKustomizer(options).Run(files, directory)
	if err != nil {
		return nil, err
	}
	return resources.AsYaml()
}

var builtinSchemas = openapi.GetSchemaVersion()

// resetSchemas drops a kustomization's own schemas.
func resetSchemas() {
	if openapi.GetSchemaVersion() != builtinSchemas {
		openapi.ResetOpenAPI()
	}
}

var (
	quotedSource = regexp.MustCompile(`accumulating resources from '([^']+)'`)
	quotedPath   = regexp.MustCompile(`'?(/?[^\s':]+\.(?:ya?ml|json|env|properties))\b`)
	yamlLine     = regexp.MustCompile(`\byaml: line (\d+)`)
)

// kustomizeFailure names the innermost file of the tree in the message.
func kustomizeFailure(err error, tree *tree, directory string) *Failure {
	failure := &Failure{Message: strings.TrimSpace(err.Error()), Cause: "input"}
	if isRemote(err) {
		failure.Message = remoteMessage(failure.Message)
	}
	if strings.HasPrefix(failure.Message, "invalid Kustomization") {
		failure.File = kustomizationOf(directory, tree)
	}
	for _, match := range quotedPath.FindAllStringSubmatch(failure.Message, -1) {
		if name := strings.TrimPrefix(match[1], "/"); tree.files[name] != nil {
			failure.File = name
		}
	}
	if match := yamlLine.FindStringSubmatch(failure.Message); match != nil && failure.File != "" {
		failure.Line, _ = strconv.Atoi(match[1])
	}
	return failure
}

func kustomizationOf(directory string, tree *tree) string {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if file := path.Join(directory, name); tree.files[file] != nil {
			return file
		}
	}
	return ""
}

func isRemote(err error) bool {
	message := err.Error()
	return errors.Is(err, errRemote) || strings.Contains(message, errRemote.Error()) ||
		strings.Contains(message, "no 'git' program on path")
}

func remoteMessage(message string) string {
	const reason = "only what the repository itself holds is built"
	sources := quotedSource.FindAllStringSubmatch(message, -1)
	if sources == nil {
		return "something is to be fetched: " + reason
	}
	return fmt.Sprintf("%s is remote: %s", sources[len(sources)-1][1], reason)
}
