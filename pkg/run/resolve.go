package run

import (
	"context"
	"errors"

	"github.com/hemiciclo/hemiciclo/pkg/hub"
)

// Resolver finds the folder of a published model.
type Resolver func(ctx context.Context, name string, o hub.Options) (string, error)

// RememberMissing asks once for a model that is not to be had: a cell needs its
// base several times, and a connection that fails takes a while to do so.
func RememberMissing(resolve Resolver) Resolver {
	missing := map[string]error{}
	return func(ctx context.Context, name string, o hub.Options) (string, error) {
		if err := missing[name]; err != nil {
			return "", err
		}
		dir, err := resolve(ctx, name, o)
		if errors.Is(err, hub.ErrUnavailable) && ctx.Err() == nil {
			missing[name] = err
		}
		return dir, err
	}
}
