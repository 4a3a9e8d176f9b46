package d8
