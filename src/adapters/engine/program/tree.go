package main

import (
	"container/list"
	"sync"
)

// tree is an immutable set of files by path, with the values derived from it.
type tree struct {
	files map[string][]byte
	size  int64

	chart      once[*parsedChart]
	fileSystem once[kustomizeFiles]
}

// once keeps the first result, even an error.
type once[T any] struct {
	sync.Once
	value T
	err   error
}

func (o *once[T]) get(make func() (T, error)) (T, error) {
	o.Do(func() { o.value, o.err = make() })
	return o.value, o.err
}

// treeCache keeps the most recently used trees that fit into its limit of bytes, at least one.
type treeCache struct {
	limit int64

	lock  sync.Mutex
	size  int64
	trees map[string]*list.Element
	order *list.List // of *cached, most recently used first
}

type cached struct {
	key  string
	tree *tree
}

func newTreeCache(limit int64) *treeCache {
	return &treeCache{limit: limit, trees: map[string]*list.Element{}, order: list.New()}
}

// get returns the tree of the key, made from the files if it is not cached; nil without files.
func (c *treeCache) get(key string, files map[string][]byte) *tree {
	c.lock.Lock()
	defer c.lock.Unlock()
	if element, ok := c.trees[key]; ok {
		c.order.MoveToFront(element)
		return element.Value.(*cached).tree
	}
	if files == nil {
		return nil
	}
	made := &tree{files: files, size: sizeOf(files)}
	c.trees[key] = c.order.PushFront(&cached{key, made})
	c.size += made.size
	for c.size > c.limit && c.order.Len() > 1 {
		c.evict(c.order.Back())
	}
	return made
}

func (c *treeCache) evict(element *list.Element) {
	old := c.order.Remove(element).(*cached)
	delete(c.trees, old.key)
	c.size -= old.tree.size
}

func sizeOf(files map[string][]byte) int64 {
	var size int64
	for path, data := range files {
		size += int64(len(path) + len(data))
	}
	return size
}
