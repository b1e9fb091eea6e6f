package ui

import (
	"image"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// chart draws the last values of a rate, oldest on the left, as an area under a line. It has no axis: the number beside it
// says how much; the chart says how it went. One with a top has lines behind, at that and at half of it.
type chart struct {
	widget.BaseWidget
	values []float64
	top    float64 // the rate at the upper edge; 0: the highest
	raster *canvas.Raster
}

// chartValues is how many values a chart shows: five minutes, one for five seconds.
const chartValues = 60

func newChart() *chart {
	c := &chart{}
	c.raster = canvas.NewRaster(c.draw)
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer draws the chart.
func (c *chart) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.raster) }

// MinSize is small: a chart takes the room it gets.
func (c *chart) MinSize() fyne.Size { return fyne.NewSize(60, 22) }

func (c *chart) set(values []float64) {
	c.values = values
	c.raster.Refresh()
}

// draw fills w by h pixels.
func (c *chart) draw(w, h int) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, w, h))
	stroke := color.NRGBAModel.Convert(theme.ColorForWidget(colorInfo, c)).(color.NRGBA)
	base := color.NRGBAModel.Convert(theme.ColorForWidget(colorBorder, c)).(color.NRGBA)
	top := c.top
	for x := range w {
		picture.SetNRGBA(x, h-1, base)
		if top > 0 && h > 4 {
			picture.SetNRGBA(x, 1, base)
			picture.SetNRGBA(x, h/2, base)
		}
	}
	if len(c.values) < 2 || w < 2 || h < 4 {
		return picture
	}
	if top == 0 {
		top = max(1, slices.Max(c.values))
	}
	first := chartValues - len(c.values) // a chart that is not full yet begins further right
	var before float64
	for x := range w {
		at := float64(x) / float64(w-1) * (chartValues - 1)
		if at < float64(first) {
			continue
		}
		y := float64(h-2) - c.value(at-float64(first))/top*float64(h-4)
		if before == 0 {
			before = y
		}
		column(picture, x, min(y, before), max(y, before), stroke)
		before = y
	}
	return picture
}

// value is the value between two samples.
func (c *chart) value(at float64) float64 {
	i := min(int(at), len(c.values)-1)
	next := min(i+1, len(c.values)-1)
	part := at - float64(i)
	return c.values[i]*(1-part) + c.values[next]*part
}

// column draws one column of the line, from one height to another, with soft ends, and the area below it.
func column(p *image.NRGBA, x int, from, to float64, c color.NRGBA) {
	const thick, area = 0.75, 0.14
	for y := range p.Rect.Dy() {
		mid := float64(y) + 0.5
		cover := min(mid-(from-thick)+0.5, (to+thick)-mid+0.5, 1)
		if mid > to {
			cover = max(cover, area)
		}
		if cover > 0 {
			p.SetNRGBA(x, y, color.NRGBA{R: c.R, G: c.G, B: c.B, A: uint8(cover * float64(c.A))})
		}
	}
}
