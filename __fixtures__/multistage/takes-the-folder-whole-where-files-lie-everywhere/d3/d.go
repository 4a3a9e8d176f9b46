package d3
