//! Reading one field of an element into the model.
//!
//! A field whose value is not of the kind that the specification asks for is no reason to stop: it goes to the
//! element's extras as it stands, and validation says what is wrong with it. So a document with three faults has three
//! findings, and each is written back as it came.

use super::value::{Extra, Json};
use crate::error::ReadError;
use crate::model::{Claim, Format, Text};
use bonafide_json::{Kind, Reader};

/// A reader with the format that extras are marked with.
pub(crate) struct Fields<'r, 's> {
    pub(crate) reader: &'r mut Reader<'s>,
    pub(crate) format: Format,
}

impl Fields<'_, '_> {
    /// Keeps the next value as an extra.
    pub(crate) fn keep(&mut self, key: &str, extra: &mut Extra) -> Result<(), ReadError> {
        extra.push(self.format, key, Json::read(self.reader)?);
        Ok(())
    }

    pub(crate) fn text(
        &mut self,
        key: &str,
        slot: &mut Option<Text>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        if self.reader.peek()? == Kind::String {
            *slot = Some(self.reader.string()?.into());
            return Ok(());
        }
        self.keep(key, extra)
    }

    pub(crate) fn claim(&mut self, key: &str, slot: &mut Claim, extra: &mut Extra) -> Result<(), ReadError> {
        if self.reader.peek()? == Kind::String {
            *slot = Claim::from_spdx(&self.reader.string()?);
            return Ok(());
        }
        self.keep(key, extra)
    }

    pub(crate) fn flag(
        &mut self,
        key: &str,
        slot: &mut Option<bool>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        if self.reader.peek()? == Kind::Bool {
            *slot = Some(self.reader.boolean()?);
            return Ok(());
        }
        self.keep(key, extra)
    }

    /// A whole number, as digits that fit.
    pub(crate) fn integer<T: std::str::FromStr + ToString>(
        &mut self,
        key: &str,
        slot: &mut Option<T>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        if self.reader.peek()? != Kind::Number {
            return self.keep(key, extra);
        }
        let digits = self.reader.number()?;
        match digits.parse::<T>() {
            Ok(number) if number.to_string() == digits => *slot = Some(number),
            _ => extra.push(self.format, key, Json::Number(digits.into())),
        }
        Ok(())
    }

    /// A list, item by item; `item` answers nothing for an item that does not fit. A list that is empty, or that does
    /// not fit whole, is kept as an extra.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        slot: &mut Vec<T>,
        extra: &mut Extra,
        mut item: impl FnMut(&mut Self) -> Result<Option<T>, ReadError>,
    ) -> Result<(), ReadError> {
        if self.reader.peek()? != Kind::Array {
            return self.keep(key, extra);
        }
        let mark = self.reader.mark();
        let mut items = Vec::new();
        self.reader.begin_array()?;
        while self.reader.next_item()? {
            match item(self)? {
                Some(value) => items.push(value),
                None => {
                    self.reader.rewind(&mark);
                    return self.keep(key, extra);
                }
            }
        }
        if items.is_empty() {
            extra.push(self.format, key, Json::Array(Vec::new()));
        } else {
            items.shrink_to_fit();
            *slot = items;
        }
        Ok(())
    }

    pub(crate) fn texts(
        &mut self,
        key: &str,
        slot: &mut Vec<Text>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        self.list(key, slot, extra, |fields| Ok(fields.string()?.map(Into::into)))
    }

    pub(crate) fn claims(
        &mut self,
        key: &str,
        slot: &mut Vec<Claim>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        self.list(key, slot, extra, |fields| Ok(fields.string()?.map(|text| Claim::from_spdx(&text))))
    }

    /// The next value if it is a string; if not it is left standing.
    pub(crate) fn string(&mut self) -> Result<Option<std::borrow::Cow<'_, str>>, ReadError> {
        match self.reader.peek()? {
            Kind::String => Ok(Some(self.reader.string()?)),
            _ => Ok(None),
        }
    }

    /// Enters the next value if it is an object; if not it is left standing.
    pub(crate) fn object(&mut self) -> Result<bool, ReadError> {
        match self.reader.peek()? {
            Kind::Object => {
                self.reader.begin_object()?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
