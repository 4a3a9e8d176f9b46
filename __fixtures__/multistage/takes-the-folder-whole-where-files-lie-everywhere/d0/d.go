package d0
