package d9
