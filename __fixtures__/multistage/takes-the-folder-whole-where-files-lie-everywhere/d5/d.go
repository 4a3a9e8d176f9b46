package d5
