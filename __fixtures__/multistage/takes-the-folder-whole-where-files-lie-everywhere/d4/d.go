package d4
