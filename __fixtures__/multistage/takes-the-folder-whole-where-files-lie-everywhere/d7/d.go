package d7
