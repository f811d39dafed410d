package s3

import "unicode/utf8"

// fnmatch matches name with a pattern of Python's fnmatch, which the AWS CLI uses for
// --exclude and --include: * is any run of characters (slashes too), ? any one,
// [seq] one of seq, [!seq] one not in seq; a [ that is not closed is itself.
func fnmatch(pattern, name string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for pattern != "" && pattern[0] == '*' {
				pattern = pattern[1:]
			}
			for i := range name {
				if fnmatch(pattern, name[i:]) {
					return true
				}
			}
			return pattern == ""
		case '[':
			if matched, rest, ok := matchSet(pattern, name); ok {
				if !matched {
					return false
				}
				_, size := utf8.DecodeRuneInString(name)
				pattern, name = rest, name[size:]
				continue
			}
		case '?':
			if name == "" {
				return false
			}
			_, size := utf8.DecodeRuneInString(name)
			pattern, name = pattern[1:], name[size:]
			continue
		}
		if name == "" || pattern[0] != name[0] {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return name == ""
}

// matchSet matches the first character of name with the set that pattern starts
// with. ok is false when the set is not closed.
func matchSet(pattern, name string) (matched bool, rest string, ok bool) {
	set := []rune(pattern[1:])
	negated := len(set) > 0 && set[0] == '!'
	if negated {
		set = set[1:]
	}
	end := -1
	for i, r := range set {
		if r == ']' && i > 0 { // a ] that comes first is a member
			end = i
			break
		}
	}
	if end < 0 {
		return false, "", false
	}
	c, size := utf8.DecodeRuneInString(name)
	members := set[:end]
	for i := 0; i < len(members); i++ {
		if i+2 < len(members) && members[i+1] == '-' {
			matched = matched || members[i] <= c && c <= members[i+2]
			i += 2
			continue
		}
		matched = matched || members[i] == c
	}
	return size > 0 && matched != negated, string(set[end+1:]), true
}
