package kafka

import "github.com/rcrowley/go-metrics"

// quiet is a metrics registry that measures nothing. sarama measures every connection into 16 KiB histograms and
// meters whose ticker never ends; a look that lasts three milliseconds can do without.
type quiet struct{}

var _ metrics.Registry = quiet{}

// GetOrRegister returns a metric of the kind asked for that forgets what it is told.
func (quiet) GetOrRegister(_ string, metric any) any {
	switch metric.(type) {
	case func() metrics.Meter:
		return metrics.NilMeter{}
	case func() metrics.Histogram:
		return metrics.NilHistogram{}
	case func() metrics.Counter:
		return metrics.NilCounter{}
	}
	return metric
}

func (quiet) Each(func(string, any))            {}
func (quiet) Get(string) any                    { return nil }
func (quiet) GetAll() map[string]map[string]any { return nil }
func (quiet) Register(string, any) error        { return nil }
func (quiet) RunHealthchecks()                  {}
func (quiet) Unregister(string)                 {}
func (quiet) UnregisterAll()                    {}
