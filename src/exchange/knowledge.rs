//! The articles a knowledge base begins with. The text is `data/knowledge/articles.md`.

use crate::engine::NewArticle;

const TEXT: &str = include_str!("../../data/knowledge/articles.md");

/// Every article that comes with the program.
pub fn usual_articles() -> Vec<NewArticle> {
    TEXT.split("\n## ").filter_map(|part| article(part.trim_start_matches("## "))).collect()
}

/// `name | title | category | tag, tag` over the text.
fn article(part: &str) -> Option<NewArticle> {
    let (head, body) = part.split_once('\n')?;
    let mut words = head.split('|').map(str::trim);
    Some(NewArticle {
        slug: words.next()?.to_string(),
        title: words.next()?.to_string(),
        category: words.next()?.to_string(),
        tags: words.next().unwrap_or_default().split(',').map(|t| t.trim().to_string()).collect(),
        body: body.trim().to_string(),
        author: "BharatNet".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_has_its_parts_and_a_name_of_its_own() {
        let all = usual_articles();
        assert_eq!(all.len(), TEXT.lines().filter(|l| l.starts_with("## ")).count());
        let mut names: Vec<&str> = all.iter().map(|a| a.slug.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
        for a in &all {
            assert!(!a.title.is_empty() && !a.category.is_empty() && a.body.len() > 80, "{}", a.slug);
        }
    }
}
