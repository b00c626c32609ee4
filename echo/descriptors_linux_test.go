package echo_test

const fewDescriptors = "ECHO_TEST_FEW_DESCRIPTORS"

func serveWithFew(string) int { return 0 }
