//! Every rule of the program: the libraries' lists, joined.

use bonafide_report::Rule;

bonafide_report::rules! {
    INPUT_UNREADABLE "input-unreadable" Error Gap "an input cannot be read"
}

/// All rules, sorted by id.
pub(crate) fn all() -> Vec<&'static Rule> {
    let lists: &[&[&'static Rule]] = &[
        RULES,
        bonafide_catalog::RULES,
        bonafide_catalog::audit::RULES,
        bonafide_catalog::faults::RULES,
        bonafide_catalog::vendor::rules::RULES,
        bonafide_sbom::RULES,
        bonafide_advisory::lint::RULES,
        bonafide_advisory::vex::RULES,
        bonafide_vuln::vex::RULES,
        bonafide_sbom::convert::RULES,
        bonafide_vuln::rules::RULES,
        bonafide_sbom::cyclonedx_rules::RULES,
    ];
    let mut rules: Vec<&'static Rule> = lists.iter().flat_map(|list| list.iter().copied()).collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_kebab_case_and_have_a_page_and_a_title() {
        let rules = all();
        for pair in rules.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        for rule in rules {
            assert!(
                rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.id
            );
            assert!(rule.page.trim().len() > 80, "the page of {} says too little", rule.id);
            assert!(!rule.title.ends_with('.'), "{}", rule.title);
        }
    }
}
